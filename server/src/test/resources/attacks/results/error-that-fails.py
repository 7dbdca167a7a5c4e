# Raises an error that can't be shown.
# ends: *: *
class Evil(Exception):
    def __str__(self):
        raise RuntimeError('no')
    __repr__ = __str__
raise Evil()
