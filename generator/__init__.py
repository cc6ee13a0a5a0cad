"""QwikFolio Publisher: portfolios in PostgreSQL become static pages.

The data flows one way: `source` reads rows into the `model`, `render` turns a model and a theme
into pages, `publish` puts pages on disk, and `build` conducts the three.
"""

__version__ = "0.1.0"
