"""What a person sees: base templates, styles, scripts, pictures, and where their addresses come from."""
