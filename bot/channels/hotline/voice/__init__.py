"""Voice self-service: the same dialogue by telephone, when nobody sits at the desk."""
