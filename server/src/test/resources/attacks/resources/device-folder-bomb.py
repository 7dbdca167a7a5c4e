# Takes memory in a folder that is not meant for files: /dev.
# ends: OUT_OF_MEMORY: *
# ends: SCRIPT_FAILED: *
# ends: WORKER_CRASHED: *
with open('/dev/bomb', 'wb', buffering=0) as file:
    while True:
        file.write(b'x' * (16 << 20))
