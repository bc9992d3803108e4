"""Money that people pay and get back, behind one contract for every provider."""
