"""temporary"""
def shell(request):
    return {}
