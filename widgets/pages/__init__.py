"""Pages that others' tools write (labs, reference), brought to the form of the book's own."""
