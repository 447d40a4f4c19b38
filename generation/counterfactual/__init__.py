"""From one noise to the frames of a video, without Django: what is on which frame, and rendering it.

``spec`` says what a video is and loads without torch; ``rendering.Renderer`` makes its frames.
"""
