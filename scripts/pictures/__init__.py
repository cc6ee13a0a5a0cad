"""The pictures of the sample people, as drawings in SVG (`scripts/draw_pictures.py`)."""
