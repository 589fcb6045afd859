"""Writing a handbook out as files that import back to the same text. Pure: no Django."""
