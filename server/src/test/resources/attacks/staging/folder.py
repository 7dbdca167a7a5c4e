# Leaves a folder by the name of a file.
# ends: WORKER_DIED: The worker died while it ran the code.
def forge(path, header):
    os.remove(path)
    os.mkdir(path)
forging_files(forge)
result = pl.DataFrame({'x': [1]})
