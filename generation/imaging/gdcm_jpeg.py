"""JPEG that GDCM alone reads here, by its copies of IJG's decoder: lossless, and extended of 9 to 12 bits.

GDCM ends its process over some damaged codestreams, so that their headers are checked first. pydicom asks it
for 8 bits alone of extended JPEG. Registered as a decoder plugin of pydicom, in its terms.
"""

from __future__ import annotations

from typing import cast

import gdcm
from pydicom.pixels.decoders import gdcm as pydicoms
from pydicom.pixels.decoders.base import (
    DecodeRunner,
    JPEGExtended12BitDecoder,
    JPEGLosslessDecoder,
    JPEGLosslessSV1Decoder,
)
from pydicom.uid import JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1

from generation.imaging.jpeg_header import read_jpeg_header

PLUGIN = "gdcm, header checked"
DECODERS = (JPEGExtended12BitDecoder, JPEGLosslessDecoder, JPEGLosslessSV1Decoder)
DECODER_DEPENDENCIES = dict.fromkeys((JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1), ("gdcm>=3.0.10",))


def is_available(uid: str) -> bool:
    """Whether this plugin decodes the transfer syntax ``uid``."""
    return uid in DECODER_DEPENDENCIES


def decode_frame(encoded: bytes, runner: DecodeRunner) -> bytes | bytearray:
    """Return the pixels of one frame. Raises ValueError for a codestream that is not what the file says."""
    header = read_jpeg_header(encoded)
    said = (runner.rows, runner.columns, runner.samples_per_pixel)
    if (header.rows, header.columns, header.samples) != said or header.precision > runner.bits_allocated:
        raise ValueError("the codestream is of another size or depth than the file says")
    if runner.transfer_syntax == JPEGExtended12Bit:
        return extended(encoded, runner)
    return pydicoms._decode_frame(encoded, runner)


def extended(encoded: bytes, runner: DecodeRunner) -> bytes:
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
    for decoder in DECODERS:
        if PLUGIN not in decoder.available_plugins:
            decoder.add_plugin(PLUGIN, (__name__, "decode_frame"))
