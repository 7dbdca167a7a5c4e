# Leaves a symbolic link in place of a file.
# ends: WORKER_PROTOCOL_ERROR: The worker broke the protocol with the server.
def forge(path, header):
    os.remove(path)
    os.symlink(f'{home}/canary.txt', path)
forging_files(forge)
result = pl.DataFrame({'x': [1]})
