"""What views are given: frozen dataclasses, read with permission, URLs filled in."""
