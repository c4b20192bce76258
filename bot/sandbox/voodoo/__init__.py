"""A local Voodoo Center: the documented API, catalog files and webhooks, with every fault a real one may have."""
