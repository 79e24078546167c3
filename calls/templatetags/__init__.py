"""Django looks for template tags in the app's folder only."""
