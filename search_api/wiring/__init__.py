"""The composition root: settings in, wired parts out."""
