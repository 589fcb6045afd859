"""An import from its plan to pages: everything that is done before rows are written, and the order of it."""
