# Leaves a pipe: who opens it waits for ever.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
def forge(path, header):
    os.remove(path)
    os.mkfifo(path)
forging_files(forge)
result = pl.DataFrame({'x': [1]})
