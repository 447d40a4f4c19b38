"""What to know of the processor before a render is asked for."""

from __future__ import annotations

from pathlib import Path


def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 matrices itself (Intel AMX): much faster than float32."""
    try:
        return "amx_bf16" in Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
