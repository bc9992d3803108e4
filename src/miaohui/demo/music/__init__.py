"""Generated music: small synthesizers, a composer, the sound of a place, a mix at even loudness."""
