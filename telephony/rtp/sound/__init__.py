"""Samples: coded, concealed, made of noise, mixed and measured; pure, any one thread."""
