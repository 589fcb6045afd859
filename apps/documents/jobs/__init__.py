"""Import and export that somebody asked for in the browser. Each runs in a process of its own, so that it
holds up no reader and goes on when the server is started anew."""
