# Keeps the file open in a child, and changes it as soon as the server takes it over: its rights, its owner or its name are others then.
# ends: [[1]]
# ends: WORKER_PROTOCOL_ERROR: *
def forge(path, header):
    kept = os.open(path, os.O_RDWR)
    def marks():
        state = os.fstat(kept)
        return state.st_mode, state.st_uid, state.st_nlink, os.path.exists(path)
    before = marks()
    if os.fork() == 0:
        os.setsid()
        while marks() == before:
            pass
        while True:
            os.pwrite(kept, b'EVIL', 4)
forging_files(forge)
result = pl.DataFrame({'x': [1]})
