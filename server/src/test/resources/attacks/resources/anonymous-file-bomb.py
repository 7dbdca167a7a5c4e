# Takes memory that is a file without a name: memfd.
# ends: OUT_OF_MEMORY: *
# ends: SCRIPT_FAILED: *
# ends: WORKER_CRASHED: *
file = os.memfd_create('bomb')
while True:
    os.write(file, b'x' * (16 << 20))
