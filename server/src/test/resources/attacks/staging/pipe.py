# Leaves a pipe: who opens it waits for ever.
# ends: WORKER_DIED: The worker died while it ran the code.
def forge(path, header):
    os.remove(path)
    os.mkfifo(path)
forging_files(forge)
result = pl.DataFrame({'x': [1]})
