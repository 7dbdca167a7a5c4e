# Prints without end, past Python.
# ends: TIMED_OUT: *
line = b'x' * (1 << 20)
while True:
    os.write(1, line)
