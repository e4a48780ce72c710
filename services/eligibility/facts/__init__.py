"""What can be known of a person: the catalogue of facts in, checked and completed values out."""
