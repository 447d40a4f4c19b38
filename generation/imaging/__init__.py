"""Pictures in and out, without Django: radiographs, registries, grey frames, hashes.

Hands out ``reader.read_file`` (one file of any kind), ``batch.read_files`` (many, in guarded processes),
``registry.read_registry`` and ``sorting.sort_out`` (what is taken and why the rest is not).
"""
