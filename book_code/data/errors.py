"""The one error of the data sets."""


class DataError(Exception):
    """A data file is missing, cut off, damaged or cannot be fetched; the message says what to do."""
