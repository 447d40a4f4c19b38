"""JPEG Extended (process 2 and 4) of 9 to 12 bits through GDCM, whose own copy of IJG's decoder reads it.

pydicom asks GDCM for 8 bits alone in this syntax. Registered as a decoder plugin of pydicom, in its terms.
"""

from __future__ import annotations

from typing import cast

import gdcm
from pydicom.pixels.decoders.base import DecodeRunner, JPEGExtended12BitDecoder
from pydicom.uid import JPEGExtended12Bit

PLUGIN = "gdcm 12 bits"
DECODER_DEPENDENCIES = {JPEGExtended12Bit: ("gdcm>=3.0.10",)}


def is_available(uid: str) -> bool:
    """Whether this plugin decodes the transfer syntax ``uid``."""
    return uid in DECODER_DEPENDENCIES


def decode_frame(encoded: bytes, runner: DecodeRunner) -> bytes:
    """Return the pixels of one grey frame as little-endian words. Raises ValueError for anything else."""
    if not 8 < runner.bits_stored <= 12 or runner.bits_allocated != 16 or runner.samples_per_pixel != 1:
        raise ValueError("12-bit JPEG holds one sample of 9 to 12 bits in 16")
    fragment = gdcm.Fragment()
    fragment.SetByteStringValue(encoded)
    fragments = gdcm.SequenceOfFragments.New()
    fragments.AddFragment(fragment)
    element = gdcm.DataElement(gdcm.Tag(0x7FE0, 0x0010))
    element.SetValue(fragments.__ref__())
    image = gdcm.Image()
    image.SetNumberOfDimensions(2)
    image.SetDimensions((runner.columns, runner.rows, 1))
    image.SetDataElement(element)
    kind = gdcm.PhotometricInterpretation.GetPIType(runner.photometric_interpretation)
    image.SetPhotometricInterpretation(gdcm.PhotometricInterpretation(kind))
    image.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.JPEGExtendedProcess2_4))
    bits = runner.bits_stored
    image.SetPixelFormat(gdcm.PixelFormat(1, 16, bits, bits - 1, runner.pixel_representation))
    # GDCM hands its char* out as text
    return cast(str, image.GetBuffer()).encode("utf-8", "surrogateescape")


def register() -> None:
    """Let pydicom find this decoder; twice does no harm."""
    if PLUGIN not in JPEGExtended12BitDecoder.available_plugins:
        JPEGExtended12BitDecoder.add_plugin(PLUGIN, (__name__, "decode_frame"))
