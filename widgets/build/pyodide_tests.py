def test_pyodide(words):
    return 0
