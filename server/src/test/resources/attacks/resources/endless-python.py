# Never ends.
# ends: TIMED_OUT: *
while True:
    pass
