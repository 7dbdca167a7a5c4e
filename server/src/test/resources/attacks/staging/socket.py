# Leaves a socket.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
def forge(path, header):
    os.remove(path)
    socket.socket(socket.AF_UNIX).bind(path)
forging_files(forge)
result = pl.DataFrame({'x': [1]})
