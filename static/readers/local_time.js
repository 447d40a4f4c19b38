// Times are sent in UTC; here they are written in the zone of the person who looks, with the zone's name.
const words = new Intl.DateTimeFormat(document.documentElement.lang, {
  day: "numeric", month: "short", year: "numeric",
  hour: "2-digit", minute: "2-digit", timeZoneName: "short",
});
for (const time of document.querySelectorAll("time.local")) {
  time.title = time.textContent;
  time.textContent = words.format(new Date(time.dateTime));
}
