"""Forms drawn with form-js, understood and validated on the server."""
