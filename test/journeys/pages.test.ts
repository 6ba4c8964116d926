// Opens every page that people have in one browser, served by one service: each of the two takes seconds to start.
import './pages/docs.ts'
import './pages/door.ts'
import './pages/formats.ts'
import './pages/studio.ts'
