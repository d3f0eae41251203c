"""The customers' pages: what is asked of them, how far their application is, and who works on it."""
