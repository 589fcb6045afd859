"""From addresses to selectors, actions and templates."""
