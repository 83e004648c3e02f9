import { type CSSVariablesResolver, createTheme } from '@mantine/core'

/** One theme for both: neutral greys, one accent for what matters, figures of equal width. */
export const theme = createTheme({
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  headings: { fontFamily: "'Inter Variable', system-ui, sans-serif", fontWeight: '650' },
  defaultRadius: 10,
  primaryColor: 'cyan',
  primaryShade: { light: 9, dark: 8 },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'md' } },
    TextInput: { defaultProps: { size: 'md' } },
    PasswordInput: { defaultProps: { size: 'md' } },
    NumberInput: { defaultProps: { size: 'md' } },
    Select: { defaultProps: { size: 'md' } },
    Textarea: { defaultProps: { size: 'md' } },
    Modal: {
      defaultProps: { centered: true, transitionProps: { duration: 0 } },
      styles: { title: { fontSize: 20, fontWeight: 650 }, close: { width: 48, height: 48 } },
    },
    Drawer: {
      defaultProps: { transitionProps: { duration: 0 } },
      styles: { title: { fontSize: 20, fontWeight: 650 }, close: { width: 48, height: 48 } },
    },
  },
})

/** Dimmed text has to be read at arm's length: Mantine's own falls short of 4.5 to 1. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: { '--tw-target': '48px' },
  light: {
    '--mantine-color-dimmed': '#5c636a',
    '--mantine-color-placeholder': '#6b7278',
    '--tw-line': '#dee2e6',
    '--tw-soft': '#f4f6f8',
    '--tw-page': '#ffffff',
    '--tw-amber': '#8f5600',
    '--tw-amber-mark': '#d17f00',
    '--tw-good': '#2b7a3d',
  },
  dark: {
    '--mantine-color-dimmed': '#a9b0b8',
    '--mantine-color-placeholder': '#9aa2aa',
    '--tw-line': '#3a3f45',
    '--tw-soft': '#24272b',
    '--tw-page': '#1a1c1f',
    '--tw-amber': '#f0b04c',
    '--tw-amber-mark': '#f0b04c',
    '--tw-good': '#5fbf77',
  },
})
