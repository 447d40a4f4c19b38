"""Mails to the people of a study. Nothing in them unblinds: no title, group, count or answer."""

from __future__ import annotations

import smtplib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from readers.errors import MailNotSent
from readers.models import Invitation, Reader


def in_both_zones(moment: datetime, zone: str) -> str:
    """A moment in UTC and in a person's zone, both named, rounded up to the minute."""
    moment += (moment.replace(second=0, microsecond=0) - moment) % timedelta(minutes=1)
    words = date_format(moment, "l j F Y, H:i") + " UTC"
    if zone == "UTC":
        return words
    local = moment.astimezone(ZoneInfo(zone))
    return f"{words} ({date_format(local, 'l j F Y, H:i')} {zone})"


def address(name: str, *args: object) -> str:
    """The whole address of a page, for a mail."""
    return f"{settings.SITE_URL}{reverse(name, args=args)}"


def send_invitation(invitation: Invitation, *, token: str) -> None:
    """Send the link of an invitation; raises `MailNotSent`."""
    context = {
        "invitation": invitation,
        "link": address("readers:invitation", token),
        "expires": in_both_zones(invitation.expires_at, "UTC"),
    }
    _send("readers/mail/invitation.txt", context, to=invitation.email)


def send_reminder(reader: Reader, *, opens_at: datetime | None, now: datetime, text: str = "") -> None:
    """Remind a reader of the blinded phase, or by hand of the reading; raises `MailNotSent`."""
    if not reader.user.email:
        raise MailNotSent(_("%(code)s has no e-mail address.") % {"code": reader.code})
    is_open = opens_at is not None and opens_at <= now
    if is_open:
        subject = _("Your blinded phase is open")
    elif opens_at is not None:
        days = -(-(opens_at - now) // timedelta(days=1))
        subject = (
            _("Your blinded phase opens within a day")
            if days <= 1
            else _("Your blinded phase opens in %(days)s days") % {"days": days}
        )
    else:
        subject = _("Your reading")
    context = {
        "subject": subject,
        "reader": reader,
        "is_open": is_open,
        "opens_at": in_both_zones(opens_at, reader.time_zone) if opens_at else "",
        "text": text,
        "link": address("readers:home"),
    }
    _send("readers/mail/reminder.txt", context, to=reader.user.email)


def _send(template: str, context: dict[str, object], *, to: str) -> None:
    """The first line of a template is the subject."""
    subject, _newline, body = render_to_string(template, context).partition("\n")
    try:
        send_mail(subject, body.strip() + "\n", None, [to])
    except (smtplib.SMTPException, OSError) as error:
        raise MailNotSent(
            _("The mail server did not take it (%(kind)s).") % {"kind": type(error).__name__}
        ) from error
