import { UnstyledButton } from '@mantine/core'
import { IconPlug, IconPlugOff } from '@tabler/icons-react'
import type { DemoLink } from '../../src/contracts/demo-stores.ts'
import { d } from './messages.ts'
import { act } from './use-demo.ts'

export type Names = ReadonlyMap<string, string>

export const toggle = ({ below, cut }: DemoLink): void => void act(`/links/${below}`, { cut: !cut })

/** The middle of a line: says how the link is, and cuts it or joins it again. */
export const LinkButton = ({ link, names }: { link: DemoLink; names: Names }) => {
  const { below, above, cut, reached } = link
  const between = { below: names.get(below) ?? below, above: names.get(above) ?? above }
  const Icon = cut ? IconPlugOff : IconPlug
  return (
    <UnstyledButton
      className="demo-link"
      data-link={below}
      data-state={cut ? 'cut' : reached ? 'joined' : 'looking'}
      aria-label={d(cut ? 'link.join-it' : 'link.cut-it', between)}
      aria-pressed={cut}
      onClick={() => toggle(link)}
    >
      <Icon size={18} aria-hidden="true" />
      {d(cut ? 'link.cut' : reached ? 'link.joined' : 'link.looking')}
    </UnstyledButton>
  )
}
