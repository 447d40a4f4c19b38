"""What workers do: ``render_chunk`` renders some frames of a video, ``worker`` claims chunks one by one.

A cluster's task queue can call ``render_chunk`` just as the embedded worker does.
"""
