"""Themes: find and load them. Rendering with them is `render`'s."""
