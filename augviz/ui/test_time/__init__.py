"""The page of test-time augmentation, section by section; long work goes through :mod:`augviz.ui.test_time.work`."""
