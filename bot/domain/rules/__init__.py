"""The rules of a draft: small, named, and general. Each stays silent when it is not sure."""
