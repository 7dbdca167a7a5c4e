# Fills /tmp.
# ends: SCRIPT_FAILED: OSError at line *: [Errno 28] No space left on device
# ends: OUT_OF_MEMORY: *
with open('/tmp/bomb', 'wb', buffering=0) as file:
    while True:
        file.write(b'x' * (16 << 20))
