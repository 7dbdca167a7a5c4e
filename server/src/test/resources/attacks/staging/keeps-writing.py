# Keeps the file open in a child, and changes it after the server took it over.
# ends: [[1]]
# ends: WORKER_PROTOCOL_ERROR: *
def forge(path, header):
    kept = os.open(path, os.O_RDWR)
    if os.fork() == 0:
        os.setsid()
        time.sleep(0.05)
        while True:
            os.pwrite(kept, b'EVIL', 4)
forging_files(forge)
result = pl.DataFrame({'x': [1]})
