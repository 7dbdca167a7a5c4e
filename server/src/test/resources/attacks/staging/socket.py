# Leaves a socket.
# ends: WORKER_DIED: The worker died while it ran the code.
def forge(path, header):
    os.remove(path)
    socket.socket(socket.AF_UNIX).bind(path)
forging_files(forge)
result = pl.DataFrame({'x': [1]})
