"""Tell what each sentence of an incident does: it offers a cause, reports a step, declares the end."""
