# Leaves a file that has another name too, by which it could be changed later.
# ends: WORKER_DIED: The worker died while it ran the code.
forging_files(lambda path, header: os.link(path, '/job/out/another'))
result = pl.DataFrame({'x': [1]})
