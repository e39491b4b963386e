import '../ui/public.css'
