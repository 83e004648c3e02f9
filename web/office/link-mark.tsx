import { linkWords } from './link-words.ts'
import { o } from './messages.ts'
import { usePlace } from './place.tsx'

/** How this node stands to the one above: a dot while all is well, words once someone may have to act. */
export const LinkMark = () => {
  const { link } = usePlace()
  if (link.top) return null
  const words = linkWords(link)
  return (
    <output className="link-mark" data-state={link.state}>
      <span className="mark" aria-hidden="true" />
      {words ?? o('link.connected')}
    </output>
  )
}
