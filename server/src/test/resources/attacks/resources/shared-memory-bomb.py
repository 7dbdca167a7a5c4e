# Takes memory that is a file: /dev/shm.
# ends: OUT_OF_MEMORY: *
# ends: SCRIPT_FAILED: *
# ends: WORKER_CRASHED: *
with open('/dev/shm/bomb', 'wb', buffering=0) as file:
    while True:
        file.write(b'x' * (16 << 20))
